console.log("tf")
